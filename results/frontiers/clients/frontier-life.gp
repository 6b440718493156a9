# Draws frontier-life.svg and frontier-life.pdf from frontier-life.dat: gnuplot frontier-life.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 1290,2235 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 12.9in,22.4in font "Helvetica,9"
  }
  set output "frontier-life.".format
  set multiplot
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.9821; set bmargin at screen 0.8658
  set title "partition iid, clients 2, participation 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [31070.0:6995521.0]; set xtics ("100 kB" 100000, "300 kB" 300000, "1 MB" 1000000, "3 MB" 3000000)
  plot 0.95895 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 0 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 0 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 1 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 2 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 3 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 4 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 5 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.9821; set bmargin at screen 0.8658
  set title "partition iid, clients 10, participation 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [155406.15384615384:35514369.800000004]; set xtics ("300 kB" 300000, "1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9452499999999999 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 6 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 6 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 7 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 8 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 9 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 10 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 11 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.9821; set bmargin at screen 0.8658
  set title "partition iid, clients 100, participation 0.2"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311319.6153846154:289591738.8]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000, "100 MB" 100000000)
  plot 0.91055 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 12 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 12 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 13 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 14 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 15 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 16 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 17 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.8210; set bmargin at screen 0.7047
  set title "partition inner-dirichlet, clients 2, alpha 1.0, participation 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [31080.384615384613:6995521.0]; set xtics ("100 kB" 100000, "300 kB" 300000, "1 MB" 1000000, "3 MB" 3000000)
  plot 0.95645 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 18 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 18 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 19 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 20 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 21 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 22 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 23 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.8210; set bmargin at screen 0.7047
  set title "partition inner-dirichlet, clients 10, alpha 1.0, participation 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [155465.0:35514369.800000004]; set xtics ("300 kB" 300000, "1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.94485 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 24 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 24 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 25 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 26 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 27 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 28 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 29 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.8210; set bmargin at screen 0.7047
  set title "partition inner-dirichlet, clients 100, alpha 1.0, participation 0.2"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311576.92307692306:289591738.8]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000, "100 MB" 100000000)
  plot 0.90585 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 30 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 30 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 31 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 32 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 33 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 34 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 35 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.6600; set bmargin at screen 0.5436
  set title "partition inner-dirichlet, clients 2, alpha 0.3, participation 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [31094.23076923077:6995521.0]; set xtics ("100 kB" 100000, "300 kB" 300000, "1 MB" 1000000, "3 MB" 3000000)
  plot 0.9415 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 36 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 36 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 37 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 38 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 39 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 40 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 41 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.6600; set bmargin at screen 0.5436
  set title "partition inner-dirichlet, clients 10, alpha 0.3, participation 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [155558.46153846153:35514369.800000004]; set xtics ("300 kB" 300000, "1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.93285 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 42 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 42 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 43 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 44 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 45 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 46 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 47 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.6600; set bmargin at screen 0.5436
  set title "partition inner-dirichlet, clients 100, alpha 0.3, participation 0.2"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311766.1538461538:289591738.8]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000, "100 MB" 100000000)
  plot 0.89775 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 48 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 48 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 49 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 50 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 51 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 52 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 53 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.4989; set bmargin at screen 0.3826
  set title "partition inner-dirichlet, clients 2, alpha 0.1, participation 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [31096.53846153846:6995521.0]; set xtics ("100 kB" 100000, "300 kB" 300000, "1 MB" 1000000, "3 MB" 3000000)
  plot 0.9162 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 54 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 54 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 55 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 56 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 57 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 58 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 59 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.4989; set bmargin at screen 0.3826
  set title "partition inner-dirichlet, clients 10, alpha 0.1, participation 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y; set yrange [0.6288000000000002:*]
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [155640.0:35514369.800000004]; set xtics ("300 kB" 300000, "1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8937999999999999 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 60 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 60 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 61 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 62 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 63 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 64 using 1:2 with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis", \
    "frontier-life.dat" index 64 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.4989; set bmargin at screen 0.3826
  set title "partition inner-dirichlet, clients 100, alpha 0.1, participation 0.2"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311871.53846153844:289591738.8]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000, "100 MB" 100000000)
  plot 0.87325 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 65 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 65 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 66 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 67 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 68 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 69 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 70 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.3378; set bmargin at screen 0.2215
  set title "partition iid, clients 1000, participation 0.05"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [779489.2307692308:2747127988.8]; set xtics ("1 MB" 1000000, "10 MB" 10000000, "100 MB" 100000000, "1 GB" 1000000000)
  plot 0.808 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 71 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 71 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 72 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 73 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 74 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 75 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    "frontier-life.dat" index 76 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.3378; set bmargin at screen 0.2215
  set title "partition inner-dirichlet, clients 1000, alpha 1.0, participation 0.05"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [780122.3076923076:2747127988.8]; set xtics ("1 MB" 1000000, "10 MB" 10000000, "100 MB" 100000000, "1 GB" 1000000000)
  plot 0.8076 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 77 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 77 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 78 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 79 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 80 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 81 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.3378; set bmargin at screen 0.2215
  set title "partition inner-dirichlet, clients 1000, alpha 0.3, participation 0.05"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [780492.3076923076:2747127988.8]; set xtics ("1 MB" 1000000, "10 MB" 10000000, "100 MB" 100000000, "1 GB" 1000000000)
  plot 0.8076 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 82 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 82 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 83 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 84 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 85 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 86 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.1767; set bmargin at screen 0.0604
  set title "partition inner-dirichlet, clients 1000, alpha 0.1, participation 0.05"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [780710.0:2747127988.8]; set xtics ("1 MB" 1000000, "10 MB" 10000000, "100 MB" 100000000, "1 GB" 1000000000)
  plot 0.8018 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 87 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 87 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 88 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 89 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 90 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    "frontier-life.dat" index 91 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)"
  set lmargin at screen 0.0000; set rmargin at screen 1.0000
  set tmargin at screen 0.0336; set bmargin at screen 0.0000
  unset border; unset tics; unset grid; unset title; unset xlabel; unset ylabel; unset logscale
  set xrange [0:1]; set yrange [0:1]; set offsets 0, 0, 0, 0
  set key center center vertical Left reverse samplen 1.5 maxrows 3
  plot NaN with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    NaN with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    NaN with points pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    NaN with points pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    NaN with points pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    NaN with points pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "autoencoder, shared (fitClients)", \
    NaN with points pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "autoencoder, perClient (fitClients)", \
    NaN with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis"
  set border 3 linewidth 0.8; set tics nomirror out scale 0.5; set xtics; set ytics
  set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
  unset multiplot
}
unset output
