# Draws frontier-everything.svg and frontier-everything.pdf from frontier-everything.dat: gnuplot frontier-everything.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 1290,955 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 12.9in,9.6in font "Helvetica,9"
  }
  set output "frontier-everything.".format
  set multiplot
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.9581; set bmargin at screen 0.6859
  set title "partition iid, clients 2"
  set xlabel "bytes both ways, with broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y; set yrange [0.9265666666666665:*]
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [4638775.757575757:44665379.0]; set xtics ("5 MB" 5000000, "7 MB" 7000000, "10 MB" 10000000, "15 MB" 15000000, "20 MB" 20000000, "30 MB" 30000000)
  plot 0.9594333333333332 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-everything.dat" index 0 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-everything.dat" index 0 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-everything.dat" index 1 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-everything.dat" index 2 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "bfloat16", \
    "frontier-everything.dat" index 3 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "float16", \
    "frontier-everything.dat" index 4 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "qsgd (bits)", \
    "frontier-everything.dat" index 5 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "drive", \
    "frontier-everything.dat" index 6 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#E69F00" title "eden (bits)", \
    "frontier-everything.dat" index 7 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 6 pointsize 0.7 linecolor rgb "#56B4E9" title "sign + errorFeedback 0.9", \
    "frontier-everything.dat" index 8 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 8 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 9 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#D55E00" title "stc + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 10 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 11 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#CC79A7" title "stc + transform trajectory + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 12 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#E69F00" title "randomk (fraction)", \
    "frontier-everything.dat" index 13 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#56B4E9" title "count-sketch (fraction, keep)", \
    "frontier-everything.dat" index 14 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#0072B2" title "powersgd (rank)", \
    "frontier-everything.dat" index 15 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 8 pointsize 0.7 linecolor rgb "#D55E00" title "powersgd + quantise 8 (rank)", \
    "frontier-everything.dat" index 16 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#009E73" title "pca + quantise 8, perClient (budget, fitClients)", \
    "frontier-everything.dat" index 17 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#CC79A7" title "pca + quantise 8, shared (budget, fitClients)", \
    "frontier-everything.dat" index 18 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#E69F00" title "autoencoder + quantise 8, perClient (budget, fitClients)", \
    "frontier-everything.dat" index 19 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#56B4E9" title "autoencoder + quantise 8, shared (budget, fitClients)", \
    "frontier-everything.dat" index 20 using 1:2 with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis", \
    "frontier-everything.dat" index 20 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.9581; set bmargin at screen 0.6859
  set title "partition iid, clients 10"
  set xlabel "bytes both ways, with broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y; set yrange [0.9030666666666666:*]
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [23193942.727272727:121001115.4]; set xtics ("30 MB" 30000000, "50 MB" 50000000, "70 MB" 70000000, "100 MB" 100000000)
  plot 0.9464333333333332 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-everything.dat" index 21 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-everything.dat" index 21 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-everything.dat" index 22 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-everything.dat" index 23 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "bfloat16", \
    "frontier-everything.dat" index 24 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "float16", \
    "frontier-everything.dat" index 25 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "qsgd (bits)", \
    "frontier-everything.dat" index 26 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "drive", \
    "frontier-everything.dat" index 27 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#E69F00" title "eden (bits)", \
    "frontier-everything.dat" index 28 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 6 pointsize 0.7 linecolor rgb "#56B4E9" title "sign + errorFeedback 0.9", \
    "frontier-everything.dat" index 29 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 8 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 30 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#D55E00" title "stc + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 31 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 32 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#CC79A7" title "stc + transform trajectory + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 33 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#E69F00" title "randomk (fraction)", \
    "frontier-everything.dat" index 34 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#56B4E9" title "count-sketch (fraction, keep)", \
    "frontier-everything.dat" index 35 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#0072B2" title "powersgd (rank)", \
    "frontier-everything.dat" index 36 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 8 pointsize 0.7 linecolor rgb "#D55E00" title "powersgd + quantise 8 (rank)", \
    "frontier-everything.dat" index 37 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#009E73" title "pca + quantise 8, perClient (budget, fitClients)", \
    "frontier-everything.dat" index 38 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#CC79A7" title "pca + quantise 8, shared (budget, fitClients)", \
    "frontier-everything.dat" index 39 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#E69F00" title "autoencoder + quantise 8, perClient (budget, fitClients)", \
    "frontier-everything.dat" index 40 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#56B4E9" title "autoencoder + quantise 8, shared (budget, fitClients)", \
    "frontier-everything.dat" index 41 using 1:2 with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis", \
    "frontier-everything.dat" index 41 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.9581; set bmargin at screen 0.6859
  set title "partition iid, clients 100"
  set xlabel "bytes both ways, with broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y; set yrange [0.8582333333333341:*]
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [231940833.93939394:960612917.0000001]; set xtics ("300 MB" 300000000, "500 MB" 500000000, "700 MB" 700000000)
  plot 0.9108333333333333 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-everything.dat" index 42 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-everything.dat" index 42 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-everything.dat" index 43 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-everything.dat" index 44 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "bfloat16", \
    "frontier-everything.dat" index 45 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "float16", \
    "frontier-everything.dat" index 46 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "qsgd (bits)", \
    "frontier-everything.dat" index 47 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "drive", \
    "frontier-everything.dat" index 48 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#E69F00" title "eden (bits)", \
    "frontier-everything.dat" index 49 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 6 pointsize 0.7 linecolor rgb "#56B4E9" title "sign + errorFeedback 0.9", \
    "frontier-everything.dat" index 50 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 8 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 51 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#D55E00" title "stc + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 52 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 53 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#CC79A7" title "stc + transform trajectory + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 54 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#E69F00" title "randomk (fraction)", \
    "frontier-everything.dat" index 55 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#56B4E9" title "count-sketch (fraction, keep)", \
    "frontier-everything.dat" index 56 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#0072B2" title "powersgd (rank)", \
    "frontier-everything.dat" index 57 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#CC79A7" title "pca + quantise 8, shared (budget, fitClients)", \
    "frontier-everything.dat" index 58 using 1:2 with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis", \
    "frontier-everything.dat" index 58 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.5812; set bmargin at screen 0.3089
  set title "partition dirichlet, clients 2"
  set xlabel "bytes both ways, with broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y; set yrange [0.9032333333333332:*]
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [4638813.636363636:39997859.0]; set xtics ("5 MB" 5000000, "7 MB" 7000000, "10 MB" 10000000, "15 MB" 15000000, "20 MB" 20000000, "30 MB" 30000000)
  plot 0.9363 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-everything.dat" index 59 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-everything.dat" index 59 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-everything.dat" index 60 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-everything.dat" index 61 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "bfloat16", \
    "frontier-everything.dat" index 62 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "float16", \
    "frontier-everything.dat" index 63 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "qsgd (bits)", \
    "frontier-everything.dat" index 64 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "drive", \
    "frontier-everything.dat" index 65 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#E69F00" title "eden (bits)", \
    "frontier-everything.dat" index 66 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 6 pointsize 0.7 linecolor rgb "#56B4E9" title "sign + errorFeedback 0.9", \
    "frontier-everything.dat" index 67 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 8 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 68 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#D55E00" title "stc + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 69 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 70 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#CC79A7" title "stc + transform trajectory + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 71 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#56B4E9" title "count-sketch (fraction, keep)", \
    "frontier-everything.dat" index 72 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#0072B2" title "powersgd (rank)", \
    "frontier-everything.dat" index 73 using 1:2 with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis", \
    "frontier-everything.dat" index 73 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.5812; set bmargin at screen 0.3089
  set title "partition dirichlet, clients 10"
  set xlabel "bytes both ways, with broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y; set yrange [0.8840333333333336:*]
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [23194195.757575754:118900731.4]; set xtics ("30 MB" 30000000, "50 MB" 50000000, "70 MB" 70000000, "100 MB" 100000000)
  plot 0.9367 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-everything.dat" index 74 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-everything.dat" index 74 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-everything.dat" index 75 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-everything.dat" index 76 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "bfloat16", \
    "frontier-everything.dat" index 77 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "float16", \
    "frontier-everything.dat" index 78 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "qsgd (bits)", \
    "frontier-everything.dat" index 79 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "drive", \
    "frontier-everything.dat" index 80 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#E69F00" title "eden (bits)", \
    "frontier-everything.dat" index 81 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 6 pointsize 0.7 linecolor rgb "#56B4E9" title "sign + errorFeedback 0.9", \
    "frontier-everything.dat" index 82 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 8 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 83 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#D55E00" title "stc + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 84 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 85 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#CC79A7" title "stc + transform trajectory + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 86 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#E69F00" title "randomk (fraction)", \
    "frontier-everything.dat" index 87 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#56B4E9" title "count-sketch (fraction, keep)", \
    "frontier-everything.dat" index 88 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#0072B2" title "powersgd (rank)", \
    "frontier-everything.dat" index 89 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 8 pointsize 0.7 linecolor rgb "#D55E00" title "powersgd + quantise 8 (rank)", \
    "frontier-everything.dat" index 90 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#CC79A7" title "pca + quantise 8, shared (budget, fitClients)", \
    "frontier-everything.dat" index 91 using 1:2 with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis", \
    "frontier-everything.dat" index 91 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.5812; set bmargin at screen 0.3089
  set title "partition dirichlet, clients 100"
  set xlabel "bytes both ways, with broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y; set yrange [0.8633333333333336:*]
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [231943258.78787875:960286190.6]; set xtics ("300 MB" 300000000, "500 MB" 500000000, "700 MB" 700000000)
  plot 0.9062 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-everything.dat" index 92 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-everything.dat" index 92 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-everything.dat" index 93 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-everything.dat" index 94 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "bfloat16", \
    "frontier-everything.dat" index 95 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "float16", \
    "frontier-everything.dat" index 96 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "qsgd (bits)", \
    "frontier-everything.dat" index 97 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "drive", \
    "frontier-everything.dat" index 98 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#E69F00" title "eden (bits)", \
    "frontier-everything.dat" index 99 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 6 pointsize 0.7 linecolor rgb "#56B4E9" title "sign + errorFeedback 0.9", \
    "frontier-everything.dat" index 100 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 8 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 101 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#D55E00" title "stc + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 102 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 103 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#CC79A7" title "stc + transform trajectory + errorFeedback 0.9 (fraction)", \
    "frontier-everything.dat" index 104 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#E69F00" title "randomk (fraction)", \
    "frontier-everything.dat" index 105 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#0072B2" title "powersgd (rank)", \
    "frontier-everything.dat" index 106 using 1:2 with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis", \
    "frontier-everything.dat" index 106 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle
  set lmargin at screen 0.0000; set rmargin at screen 1.0000
  set tmargin at screen 0.2461; set bmargin at screen 0.0000
  unset border; unset tics; unset grid; unset title; unset xlabel; unset ylabel; unset logscale
  set xrange [0:1]; set yrange [0:1]; set offsets 0, 0, 0, 0
  set key center center vertical Left reverse samplen 1.5 maxrows 11
  plot NaN with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    NaN with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    NaN with points pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    NaN with points pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "bfloat16", \
    NaN with points pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "float16", \
    NaN with points pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "qsgd (bits)", \
    NaN with points pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "drive", \
    NaN with points pointtype 11 pointsize 0.7 linecolor rgb "#E69F00" title "eden (bits)", \
    NaN with points pointtype 6 pointsize 0.7 linecolor rgb "#56B4E9" title "sign + errorFeedback 0.9", \
    NaN with points pointtype 8 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9 (fraction)", \
    NaN with points pointtype 7 pointsize 0.7 linecolor rgb "#D55E00" title "stc + errorFeedback 0.9 (fraction)", \
    NaN with points pointtype 5 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9 (fraction)", \
    NaN with points pointtype 9 pointsize 0.7 linecolor rgb "#CC79A7" title "stc + transform trajectory + errorFeedback 0.9 (fraction)", \
    NaN with points pointtype 13 pointsize 0.7 linecolor rgb "#E69F00" title "randomk (fraction)", \
    NaN with points pointtype 11 pointsize 0.7 linecolor rgb "#56B4E9" title "count-sketch (fraction, keep)", \
    NaN with points pointtype 4 pointsize 0.7 linecolor rgb "#0072B2" title "powersgd (rank)", \
    NaN with points pointtype 8 pointsize 0.7 linecolor rgb "#D55E00" title "powersgd + quantise 8 (rank)", \
    NaN with points pointtype 7 pointsize 0.7 linecolor rgb "#009E73" title "pca + quantise 8, perClient (budget, fitClients)", \
    NaN with points pointtype 5 pointsize 0.7 linecolor rgb "#CC79A7" title "pca + quantise 8, shared (budget, fitClients)", \
    NaN with points pointtype 9 pointsize 0.7 linecolor rgb "#E69F00" title "autoencoder + quantise 8, perClient (budget, fitClients)", \
    NaN with points pointtype 13 pointsize 0.7 linecolor rgb "#56B4E9" title "autoencoder + quantise 8, shared (budget, fitClients)", \
    NaN with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis"
  set border 3 linewidth 0.8; set tics nomirror out scale 0.5; set xtics; set ytics
  set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
  unset multiplot
}
unset output
